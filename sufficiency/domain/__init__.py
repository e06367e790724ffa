"""The words of the field as frozen values: what everything above speaks in. Imports nothing of ours and no pandas."""
