// Checks credentials with the libraries of Digital Bazaar, which share no code with this project.
//
// stdin: {"credentials": […], "documents": {address: JSON}}; nothing is ever fetched.
// stdout: [{"verified", "error", "status": [bit, …], "safe": number of canonical statements}, …]
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as vc from '@digitalbazaar/vc';
import jsonld from 'jsonld';

const {credentials, documents} = JSON.parse(readFileSync(0, 'utf8'));

const documentLoader = async address => {
  const [whole, fragment] = address.split('#');
  let document = documents[address] ?? documents[whole];
  if(document === undefined) {
    throw new Error(`Not handed over: ${address}`);
  }
  if(fragment && address.startsWith('did:')) {
    const method = document.verificationMethod.find(({id}) => id === address);
    if(method === undefined) {
      throw new Error(`No such key: ${address}`);
    }
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: address, document};
};

// Of several proofs each suite looks at its own; a proof that nobody knows how to check counts as none.
const suite = new DataIntegrityProof({cryptosuite});

const judge = async credential => {
  const checked = await vc.verifyCredential({
    credential, suite, documentLoader, checkStatus: credential.credentialStatus ? checkStatus : undefined
  });
  const {proof, ...bare} = credential;
  let safe = 0;
  let error = checked.error ? String(checked.error) + JSON.stringify(checked.error.errors ?? '') : '';
  try {
    const canonical = await jsonld.canonize(bare, {
      algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, safe: true
    });
    safe = canonical.trim().split('\n').length;
  } catch(unsafe) {
    error += String(unsafe) + JSON.stringify(unsafe.details ?? '');
  }
  const status = (checked.statusResult?.results ?? []).map(({status}) => status);
  return {verified: checked.verified, error, safe, status};
};

const judged = [];
for(const credential of credentials) {
  judged.push(await judge(credential));
}
process.stdout.write(JSON.stringify(judged));
