pub fn pack(lines: &[String]) -> String {
    lines.join("\n")
}
