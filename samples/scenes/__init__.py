"""Refuse stations drawn by Blender, and clips of them with their truth.

`stories` says what happens where, `blender` draws each state once, `compose` makes moving pictures of the stills.
Only `blender` needs Blender (bpy).
"""
