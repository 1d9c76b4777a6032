"""How checks of several families read a reply."""
