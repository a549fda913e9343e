/** By name of a lock file the command that computes it anew from the files beside it, and changes no more than it has to. */
const commands: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm install --package-lock-only',
  'npm-shrinkwrap.json': 'npm install --package-lock-only',
  'pnpm-lock.yaml': 'pnpm install --lockfile-only',
  'yarn.lock': 'yarn install',
  'bun.lock': 'bun install --lockfile-only',
  'deno.lock': 'deno install',
  'composer.lock': 'composer update --lock',
  'Cargo.lock': 'cargo update --workspace',
  'Pipfile.lock': 'pipenv lock',
  'poetry.lock': 'poetry lock',
  'uv.lock': 'uv lock',
  'pdm.lock': 'pdm lock --update-reuse',
  'Gemfile.lock': 'bundle lock',
  'flake.lock': 'nix flake lock',
  'packages.lock.json': 'dotnet restore --force-evaluate',
}

/**
 * The command for a file that a package manager computes from others: what merges as text need not be what it would compute. Undefined for other
 * files. Nothing here runs it.
 */
export function lockCommand(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return Object.hasOwn(commands, name) ? commands[name] : undefined
}
