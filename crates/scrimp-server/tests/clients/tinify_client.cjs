// Drives Tinify's own client against the service: ADDRESS KEY PHOTO FOLDER, with
// SCRIMP_CERTIFICATE and SCRIMP_PRIVATE_KEY in the environment.
//
// The client speaks nothing but TLS, which the service leaves to the proxy in front; so there is one here.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const path = require("node:path");
const tinify = require("tinify");

const [address, key, photo, folder] = process.argv.slice(2);
const { SCRIMP_CERTIFICATE: certificate, SCRIMP_PRIVATE_KEY: privateKey } = process.env;

function proxy() {
  const options = { cert: fs.readFileSync(certificate), key: fs.readFileSync(privateKey) };
  return https.createServer(options, (request, response) => {
    const { method, headers, url } = request;
    const behind = http.request(new URL(url, address), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(behind);
  });
}

async function refused(kind, status, word, call) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof kind, error.constructor.name);
    assert.equal(error.status, status, error.message);
    assert.match(error.message, new RegExp(word));
    return true;
  });
}

async function main() {
  const front = proxy();
  await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
  // All that is changed of the client: the address, and whom it trusts with it.
  tinify.Client.API_ENDPOINT = `https://localhost:${front.address().port}`;
  tinify.Client.CA_BUNDLE = fs.readFileSync(certificate, "utf8");

  tinify.key = key;
  await tinify.validate();

  const source = tinify.fromFile(photo);
  await source.toFile(path.join(folder, "from_file"));
  assert.equal(tinify.compressionCount, 1);
  const bytes = fs.readFileSync(photo);
  fs.writeFileSync(path.join(folder, "from_buffer"), await tinify.fromBuffer(bytes).toBuffer());
  assert.equal(tinify.compressionCount, 2);

  const result = source.result();
  assert.deepEqual([await result.width(), await result.height()], [240, 160]);
  assert.equal(await result.mediaType(), "image/jpeg");
  const file = Buffer.from(await result.toBuffer());
  assert.equal(await result.size(), file.length);
  assert.ok(Buffer.from(await source.preserve("copyright").toBuffer()).equals(file));

  const { ClientError, AccountError } = tinify;
  await refused(ClientError, 400, "resize", () => source.resize({ method: "fit", width: 10 }).toBuffer());
  await refused(ClientError, 400, "convert", () => source.convert({ type: "image/webp" }).toBuffer());
  await refused(ClientError, 400, "transform", () => source.transform({ background: "white" }).toBuffer());
  await refused(ClientError, 400, "store", () => source.store({ service: "s3" }).meta());
  await refused(ClientError, 415, "not_an_image", () => tinify.fromBuffer("no photo").toBuffer());
  await refused(ClientError, 403, "source_refused", () => tinify.fromUrl("http://127.0.0.1:1/a.jpg").toBuffer());
  tinify.key = "wrong";
  await refused(AccountError, 401, "unauthorized", () => tinify.validate());
  front.close();
  front.closeAllConnections();
  console.log("ok");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
