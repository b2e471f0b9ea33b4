"""Cases: logged, changed, answered, closed."""
