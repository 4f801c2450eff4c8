package prototransform

// Names are the fields that are kept.
func Names(fields map[string]bool) (kept []string) {
	for name, keep := range fields {
		if keep {
			kept = append(kept, name)
		}
	}
	return kept
}
