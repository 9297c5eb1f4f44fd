"""Where do people move on, come back, or get lost?

views.py   the page
drawn.py   the map of the loop: where each stage stands, and the arrows between them
"""
