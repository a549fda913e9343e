// An agent that joins a person's room, edits a function, and commits it with its prompt and model.
// Run: node dist/examples/agent.js
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRepository, type Collaboration, type Repository } from 'anvcs/repository'

const prompt = 'Greet people by their name.'
const path = 'greet.js'

const folder = await mkdtemp(join(tmpdir(), 'anvcs-agent-'))
try {
  // A person with a repository, and a room on its branch.
  await using ada = await personWithRepository('Ada')
  const room = await ada.startRoom()
  const ticket = await room.invite()

  // The agent works in a clone of its own, with a key of its own.
  execFileSync('git', ['clone', '-q', join(folder, 'Ada'), join(folder, 'Agent')])
  await using agent = await openAs('Agent')
  const own = await agent.joinRoom(ticket)

  // It writes whole files, as agents do. Only what differs from what it has read is typed, so that what Ada types
  // meanwhile in the same file stays.
  const { files, events } = own.host.room
  const read = files.text(path)!
  room.host.room.files.edit(path, [{ at: 0, remove: 0, insert: '// Ada was here.\n' }])
  await new Promise<void>((resolve) => events.on('changed', ({ origin }) => origin === 'remote' && resolve()))
  files.write(path, read.replace("greet() {\n  return 'Hello'", 'greet(name) {\n  return `Hello ${name}`'), read)

  const followed = branchMoves(room)
  await agent.commit({ message: 'Greet by name', all: true, prompt, model: 'example-model-1', agent: 'greeter' })

  // The commit is on Ada's branch without a push or a pull, and her files hold it already.
  await followed
  const [newest] = ada.log({ limit: 1 })
  const record = newest!.records[0]!
  console.log(`Ada's branch: ${newest!.message.split('\n')[0]}, by ${newest!.author.name}`)
  console.log(`its record:   model ${record.model}, agent ${record.agent_id}, prompt ${JSON.stringify(record.prompt)}`)
  console.log(execFileSync('git', ['show', `HEAD:${path}`], { cwd: join(folder, 'Ada'), encoding: 'utf8' }))
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function personWithRepository(name: string): Promise<Repository> {
  const at = join(folder, name)
  execFileSync('git', ['init', '-q', '-b', 'main', at])
  await writeFile(join(at, path), "export function greet() {\n  return 'Hello'\n}\n")
  const identity = ['-c', `user.name=${name}`, '-c', `user.email=${name}@example.org`]
  execFileSync('git', ['add', '.'], { cwd: at })
  execFileSync('git', [...identity, 'commit', '-q', '-m', 'Begin'], { cwd: at })
  return openAs(name)
}

/** On one machine each needs a configuration folder of its own: keys lie there. */
async function openAs(name: string): Promise<Repository> {
  const email = `${name.toLowerCase()}@example.org`
  const repository = await openRepository(join(folder, name), {
    environment: {
      ...process.env,
      AI_VCS_CONFIG_DIR: join(folder, `${name}-keys`),
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
    },
  })
  await repository.createIdentity()
  return repository
}

function branchMoves(room: Collaboration): Promise<void> {
  return new Promise((resolve) => {
    room.events.on('event', ({ event }) => event === 'followed' && resolve())
  })
}
