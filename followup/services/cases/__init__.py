"""Cases: logged, worked on, closed, and what became of them."""
