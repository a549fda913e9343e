import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commitFiles } from '../../src/git/commit-files.ts'
import { openRepository } from '../../src/git/open-repository.ts'
import { hashes } from './hashes.ts'
import { takenFiles } from './taken-files.ts'

/** `commit-loop.js FOLDER NAME COUNT`: commits that many changes of a file of its own, and prints each commit with its text. */
const [folder, name, count] = process.argv.slice(2) as [string, string, string]
const repository = await openRepository({ path: folder, crypto: hashes })
for (let i = 0; i < Number(count); i++) {
  const text = `${name} ${i}`
  writeFileSync(join(folder, name), text)
  const person = { name, email: `${name}@example.com`, timeSeconds: 1_700_000_000 + i, zone: '+0000' }
  const { commit } = await commitFiles(repository, {
    ...(await takenFiles(repository, [name])),
    author: person,
    committer: person,
    message: `${text}\n`,
    notes: { ref: 'refs/notes/ai-vcs', lines: (id) => [JSON.stringify({ commit_id: id, text })] },
  })
  process.stdout.write(`${commit} ${text}\n`)
}
await repository.close()
