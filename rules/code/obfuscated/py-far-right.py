# ruleid: py-far-right
import os;                                                                        exec(text)
# ruleid: py-far-right
a = 1 ;                                                                           __import__("os").system("id")
# ruleid: py-far-right
import os                                                                         ;exec(text)
# ok: py-far-right
a = 1;  b = 2
# ok: py-far-right
a = 1                                                                             # a remark; exec is not called
