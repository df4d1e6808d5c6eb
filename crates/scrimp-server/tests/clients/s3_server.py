"""Serves one photo as an S3 server: PHOTO BUCKET KEY. Prints its port, and ends with its standard input."""

import logging
import sys
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

photo, bucket, key = sys.argv[1:]
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
client = boto3.client(
    "s3",
    endpoint_url=f"http://{host}:{port}",
    region_name="us-east-1",
    aws_access_key_id="name",
    aws_secret_access_key="secret",
)
client.create_bucket(Bucket=bucket)
client.put_object(Bucket=bucket, Key=key, Body=Path(photo).read_bytes())
print(port, flush=True)
sys.stdin.read()
server.stop()
