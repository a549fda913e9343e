import type { GitConfig } from './config.ts'

/** What Git allows by itself, without helpers that run commands (`ext::`): the user has configured the remote, but a typo is no program. */
const protocols = ['file', 'git', 'http', 'https', 'ssh']

/** As GIT_ALLOW_PROTOCOL has them: without what the user has forbidden (git-config(1), protocol.NAME.allow), which it would overrule. */
export function allowedProtocols(config: GitConfig, env: NodeJS.ProcessEnv): string {
  const rule = (name: string) => config.get(`protocol.${name}.allow`) ?? config.get('protocol.allow')
  return env['GIT_ALLOW_PROTOCOL'] ?? protocols.filter((name) => rule(name) !== 'never').join(':')
}
