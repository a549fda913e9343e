import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { platform, release } from 'node:os'
import type { RedactedText } from '../contracts/redactor.ts'
import type { Workspace } from './workspace.ts'

const pythonFiles = ['pyproject.toml', 'requirements.txt', 'setup.py', '.python-version']

/** What a commit was made with, by name: node, git, os; python where the repository has Python. No free text gets in. */
export async function commitEnvironment({ git, madeWith }: Workspace): Promise<Readonly<Record<string, RedactedText>>> {
  if (madeWith) return madeWith as Record<string, RedactedText>
  const version = new TextDecoder().decode(await git.git.run(['--version'], {})).trim()
  const found: Record<string, string> = {
    node: process.versions.node,
    git: version.replace(/^git version /, '').slice(0, 50),
    os: await osName(),
  }
  if (pythonFiles.some((name) => existsSync(join(git.workTree, name)))) {
    const python = await pythonVersion(git.workTree)
    if (python) found['python'] = python
  }
  return found as Record<string, RedactedText>
}

async function osName(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const id = /^ID="?([\w.-]+)"?$/m.exec(text)?.[1]
  const version = /^VERSION_ID="?([\w.-]+)"?$/m.exec(text)?.[1]
  return id ? [id, version].filter(Boolean).join('-') : `${platform()}-${release()}`
}

/** What the repository asks for; programs that it names are not run. */
async function pythonVersion(workTree: string): Promise<string | undefined> {
  const text = await readFile(join(workTree, '.python-version'), 'utf8').catch(() => '')
  return /^\d+(?:\.\d+){0,2}$/.exec(text.trim())?.[0]
}
