"""Composition: settings, addresses, the schedule, the processes. Nothing imports this room.

Read ``settings``, then ``urls``, then ``celery``, whose table is the whole schedule.
"""
