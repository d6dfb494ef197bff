package images

// Classify maps the text of an error to a class.
func Classify(err error) Class {
	text := err.Error()
	switch {
	case strings.Contains(text, "manifest unknown"):
		return NotFound
	case strings.Contains(text, "401 Unauthorized"), strings.Contains(text, "no basic auth credentials"):
		return Auth
	case strings.Contains(text, "x509: "):
		return Certificate
	}
	return Unknown
}
