"""Credentials that machines can check: Open Badges 3.0, which are Verifiable Credentials 2.0. Values in, values out.

`document` builds one from the payload of a certificate, `proofs` signs and checks it, `status` tells which ones are out
of force, `did` publishes the keys, `baking` puts a credential into a picture.
"""
