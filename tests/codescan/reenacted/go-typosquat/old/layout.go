// Package layout places boxes beside each other.
package layout

// Width is the sum of all widths.
func Width(boxes []int) int {
	sum := 0
	for _, box := range boxes {
		sum += box
	}
	return sum
}
