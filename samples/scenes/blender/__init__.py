"""Draws stills. The only part that needs bpy."""
