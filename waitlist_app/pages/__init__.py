"""Names the routes and puts the components on them."""
