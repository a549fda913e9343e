import { AnvcsError } from '../contracts/errors.ts'
import { plainIdent } from '../git/plain-ident.ts'
import type { Environment } from '../node/config-folder.ts'
import type { CommitPerson } from '../objects/commit.ts'
import type { Workspace } from './workspace.ts'

/** Who made a change and who commits it. */
export interface CommitPersons {
  readonly author: CommitPerson
  readonly committer: CommitPerson
}

/** Variables that say who it is. */
const heeded = /^(?:GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)|EMAIL)$/

/**
 * Author and committer of a commit that is made now, by the variables and settings that Git heeds (git-commit(1), COMMIT INFORMATION).
 * Throws CONFIG_INVALID where Git does not know who it is.
 */
export async function personsNow(
  workspace: Workspace,
  environment: Environment = workspace.environment,
): Promise<CommitPersons> {
  const personOf = async (role: 'AUTHOR' | 'COMMITTER') => {
    const ident = plainIdent(workspace.git.config, environment, role)
    return ident ? { ...ident, ...workspace.timeNow() } : askGit(workspace, environment, role)
  }
  return { author: await personOf('AUTHOR'), committer: await personOf('COMMITTER') }
}

async function askGit(
  workspace: Workspace,
  environment: Environment,
  role: 'AUTHOR' | 'COMMITTER',
): Promise<CommitPerson> {
  const { git } = workspace.git
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value && heeded.test(name) ? [[name, value]] : [])),
  )
  const { stdout, exitCode } = await git.call(['var', `GIT_${role}_IDENT`], { env })
  const [, name, email, time, zone] = /^(.*) <(.*)> (\d+) ([+-]\d{4})\n$/.exec(new TextDecoder().decode(stdout)) ?? []
  if (exitCode !== 0 || !zone)
    throw new AnvcsError('CONFIG_INVALID', {
      message: 'Git does not know your name and e-mail address.',
      hint: 'Set them: `git config user.name NAME` and `git config user.email ADDRESS`.',
    })
  refuseUnreadable(name!, email!)
  const when = env[`GIT_${role}_DATE`] ? { timeSeconds: Number(time), zone } : workspace.timeNow()
  return { name: name!, email: email!, ...when }
}

/** Throws CONFIG_INVALID where bytes that are no UTF-8 were read: git would keep them. */
export function refuseUnreadable(name: string, email: string): void {
  if (!`${name}${email}`.includes('\ufffd')) return
  throw new AnvcsError('CONFIG_INVALID', {
    message: `The name or e-mail address ${name} <${email}> is not in UTF-8.`,
    hint: 'Set it in UTF-8: `git config user.name NAME`; or commit with `git commit`, which keeps the bytes.',
  })
}
