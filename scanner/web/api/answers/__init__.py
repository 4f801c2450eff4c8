"""What the API answers: its published contract, apart from the store's own values, so that those may change.

Fields are added, never renamed or removed; who reads an answer passes over what he does not know.
"""
