import type { Environment } from '../../src/node/config-folder.ts'
import { plainGit, type GitSandbox } from './git-sandbox.ts'

/** Variables of a user of their own, whose keys lie beside the sandbox. */
export function userOf(sandbox: GitSandbox, name: string): Environment {
  const email = `${name.toLowerCase()}@example.org`
  return {
    ...plainGit,
    AI_VCS_CONFIG_DIR: sandbox.beside(`${name}-config`),
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  }
}
