"""The catalogue of approved answers, its linter, feedback and unanswered questions."""
