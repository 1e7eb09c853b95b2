import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A CA whose key is never written anywhere: it can only sign while this object lives. */
export interface DevAuthority {
  /** The CA certificate as PEM; every component must trust it. */
  readonly cert: string;
  /** Creates a key and signs a server and client certificate with this DNS name. */
  readonly issue: (name: string, validity?: Validity) => Promise<Identity>;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const KEY_LINE_LENGTH = 64;

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);

const toKeyPem = async (key: webcrypto.CryptoKey): Promise<string> => {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${KEY_LINE_LENGTH}}`, 'g')) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
};

const toCertPem = (certificate: X509Certificate): string => `${certificate.toString('pem')}\n`;

/** Creates a CA for development and tests. Real deployments use their own. */
export const createDevAuthority = async (validity: Validity): Promise<DevAuthority> => {
  const keys = await makeKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=FlashReserve development authority',
    keys,
    signingAlgorithm: SIGNATURE,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    cert: toCertPem(authority),
    issue: async (name, { notBefore, notAfter } = validity) => {
      const { publicKey, privateKey } = await makeKeys();
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: authority.subject,
        publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: SIGNATURE,
        notBefore,
        notAfter,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
          new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
        ],
      });
      return { cert: toCertPem(certificate), key: await toKeyPem(privateKey) };
    },
  };
};
