"""Tables as offices send them, made from a made-up truth, and the comparison with what a reader took from them."""
