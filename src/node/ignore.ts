import { isHeldBack, parseIgnorePattern } from '../lib/ignore-patterns.ts'

/** Bytes and patterns of a file of patterns that are looked at. */
const maxTextLength = 1 << 16
const maxPatterns = 1000

/** Names that usually hold secrets. What has one is not shared unless it is added by hand. */
const secretNames = `
.env
.env.*
!.env.example
!.env.sample
!.env.template
*.pem
*.key
*.p12
*.pfx
*.jks
*.keystore
*.kdbx
id_rsa
id_dsa
id_ecdsa
id_ed25519
*_rsa
*_ed25519
.npmrc
.yarnrc.yml
.pypirc
.netrc
_netrc
.pgpass
.my.cnf
.htpasswd
.git-credentials
.dockercfg
**/.docker/config.json
**/.aws/credentials
.ssh/
.gnupg/
**/.kube/config
credentials
credentials.json
client_secret*.json
service-account*.json
secrets.yml
secrets.yaml
secrets.json
terraform.tfstate
terraform.tfstate.backup
*.tfvars
`

/**
 * Which paths do these patterns hold back? They have the form of gitignore(5). A folder that is held back holds back all below it.
 * The time for a path grows with its length times that of the patterns, whatever they are.
 */
export function ignoreMatcher(text: string): (path: string, isFolder?: boolean) => boolean {
  const lines = text.slice(0, maxTextLength).split('\n').slice(0, maxPatterns)
  const patterns = lines.flatMap((line) => parseIgnorePattern(line) ?? [])
  const decide = (names: readonly string[], isFolder: boolean) => isHeldBack(patterns, names, isFolder) === true
  return (path, isFolder = false) => {
    const names = path.split('/')
    return names.some((_, at) => decide(names.slice(0, at + 1), isFolder || at < names.length - 1))
  }
}

/** Does the path have a name that usually holds secrets? */
export const isSecretPath: (path: string) => boolean = ignoreMatcher(secretNames)
