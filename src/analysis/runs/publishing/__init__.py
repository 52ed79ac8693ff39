"""Publication of approved documents, and what people say of them."""
