"""What is proposed, judged, decided and done: a kernel (enums, gate, rules, querysets, models,
workflow, notifications), then a folder for each stage of an action's life.
"""
