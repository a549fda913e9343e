import { matchesPath } from '../matches-path.ts'

/** Files that hold keys and passwords by their names. No setting lets a proposer see them. */
const secretFiles = [
  '.env',
  '.env.*',
  '*.pem',
  '*.key',
  '*.p12',
  '*.pfx',
  '*.jks',
  '*.keystore',
  '*.kdbx',
  'id_rsa*',
  'id_dsa*',
  'id_ecdsa*',
  'id_ed25519*',
  '.npmrc',
  '.netrc',
  '.pypirc',
  '.pgpass',
  '.htpasswd',
  '*.tfstate',
  '*.tfvars',
  'credentials',
  'credentials.*',
  'secrets',
  'secrets.*',
  '.ssh/',
  '.gnupg/',
  '.aws/',
]

/** Why nobody is asked about a path, as a clause; undefined where it may leave. */
export function withheldBecause(path: string, patterns: readonly string[]): string | undefined {
  if (matchesPath(secretFiles, path.toLowerCase())) return 'files of this name hold secrets'
  return matchesPath(patterns, path) ? 'the settings say so (proposals.withhold)' : undefined
}
