"""The words of the field as frozen values.

Values that are made by the ten thousand (components, purls) are msgspec structs, which cost a tenth of
a dataclass to make; both kinds are frozen all the way down.
"""
