# A kind of your own: Clockwork knows nothing of keys, this stack does.
kind "signing_key" {
  description = "A pair of keys to sign with, made on this machine."

  attribute "path" {
    type        = string
    required    = true
    replace     = true
    description = "Folder to put the keys in, relative to the stack's."
  }

  attribute "owner" {
    type        = string
    required    = true
    description = "Whose keys they are; stands in owner.txt beside them."
  }

  attribute "bits" {
    type        = number
    default     = 2048
    replace     = true
    description = "Length of the RSA key."
  }

  output "public_key" {
    description = "Path of the public key."
  }

  output "fingerprint" {
    description = "sha256 of the public key."
  }

  # Arguments are CW_NAME; outputs go to CLOCKWORK_OUTPUT, under the names in CLOCKWORK_OUTPUT_NAME.
  script "ensure" {
    lang    = "node"
    content = <<-EOT
      import { createHash, generateKeyPairSync } from "node:crypto";
      import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

      const { CW_PATH: folder, CW_OWNER: owner, CW_BITS: bits, CLOCKWORK_OUTPUT: output } = process.env;
      const keys = { private: `$${folder}/private.pem`, public: `$${folder}/public.pem` };

      mkdirSync(folder, { recursive: true });
      if (!existsSync(keys.private) || !existsSync(keys.public)) {
        const made = generateKeyPairSync("rsa", {
          modulusLength: Number(bits),
          publicKeyEncoding: { type: "spki", format: "pem" },
          privateKeyEncoding: { type: "pkcs8", format: "pem" },
        });
        writeFileSync(keys.private, made.privateKey, { mode: 0o600 });
        writeFileSync(keys.public, made.publicKey);
        console.log("made a key of " + bits + " bits");
      }
      writeFileSync(`$${folder}/owner.txt`, owner + "\n");

      const fingerprint = createHash("sha256").update(readFileSync(keys.public)).digest("hex");
      appendFileSync(output, `$${process.env.CLOCKWORK_OUTPUT_PUBLIC_KEY}=$${keys.public}\n`);
      appendFileSync(output, `$${process.env.CLOCKWORK_OUTPUT_FINGERPRINT}=$${fingerprint}\n`);
    EOT
  }

  # A check also gets what was made: CW_PUBLIC_KEY and CW_FINGERPRINT.
  script "verify" {
    lang    = "bash"
    content = <<-EOT
      found="$(sha256sum "$CW_PUBLIC_KEY" | cut -d ' ' -f 1)"
      [ "$found" = "$CW_FINGERPRINT" ] || { echo "$CW_PUBLIC_KEY is another key" >&2; exit 1; }
    EOT
  }

  # Asked by refresh and plan --refresh: 0 as it was left, 3 changed, 4 gone; what it says last is the reason.
  script "observe" {
    lang    = "bash"
    content = <<-EOT
      [ -e "$CW_PATH/private.pem" ] || { echo "the key is gone"; exit 4; }
      [ "$(cat "$CW_PATH/owner.txt")" = "$CW_OWNER" ] || { echo "it has another owner"; exit 3; }
    EOT
  }

  script "remove" {
    lang    = "bash"
    content = <<-EOT
      rm -f "$CW_PATH/private.pem" "$CW_PATH/public.pem" "$CW_PATH/owner.txt"
      rmdir "$CW_PATH"
    EOT
  }

  capabilities {
    writes = ["."]
  }
}

resource "signing_key" "release" {
  path  = "release-keys"
  owner = "release@example.com"
}

resource "signing_key" "nightly" {
  path  = "nightly-keys"
  owner = "nightly@example.com"
}

output "fingerprint" {
  value = signing_key.release.fingerprint
}
