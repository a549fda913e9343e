import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { GitConfig } from './config.ts'

/** Might git run a hook here that we do not run: one of refs or of the index (githooks(5))? Then git does the work. */
export function mayHaveHook(
  { config, commonDir }: { readonly config: GitConfig; readonly commonDir: string },
  name: 'reference-transaction' | 'post-index-change',
): boolean {
  return config.get('core.hookspath') !== undefined || existsSync(join(commonDir, 'hooks', name))
}
