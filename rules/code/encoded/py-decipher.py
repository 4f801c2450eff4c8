from cryptography.fernet import Fernet
from Crypto.Cipher import AES

# ruleid: py-decipher
Fernet(key).decrypt(body)
# ruleid: py-decipher
AES.new(key, AES.MODE_GCM, nonce)
# ok: py-decipher
Fernet.generate_key()
# ok: py-decipher
Fernet(key).encrypt(body)
