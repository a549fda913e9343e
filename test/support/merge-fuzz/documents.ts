const schema = (name: string) => ({
  type: 'object',
  required: ['id', name],
  properties: { id: { type: 'integer' }, [name]: { type: 'string', enum: ['one', 'two'] } },
})

const operation = (name: string, ...parameters: readonly string[]) => ({
  operationId: name,
  tags: ['pets'],
  parameters: parameters.map((parameter) => ({ name: parameter, in: 'query', schema: { type: 'string' } })),
  responses: { '200': { description: `of ${name}`, $ref: '#/components/schemas/Pet' } },
})

const openapi = {
  openapi: '3.0.3',
  info: { title: 'Pets', version: '1.0.0' },
  servers: [{ url: 'https://one.example' }, { url: 'https://two.example' }],
  tags: [{ name: 'pets' }, { name: 'owners' }],
  paths: {
    '/pets': { get: operation('listPets', 'limit', 'after'), post: operation('addPet') },
    '/pets/{id}': { get: operation('readPet', 'id'), delete: operation('dropPet', 'id') },
  },
  components: { schemas: { Pet: schema('name'), Owner: schema('town') } },
}

const container = (name: string, port: number) => ({
  name,
  image: `registry/${name}:1`,
  ports: [{ containerPort: port, protocol: 'TCP' }, { containerPort: port + 1 }],
  env: [
    { name: 'MODE', value: 'fast' },
    { name: 'LEVEL', value: 'info' },
  ],
  args: ['--verbose', '--port', String(port)],
  volumeMounts: [{ name: 'data', mountPath: `/var/${name}` }],
})

const kubernetes = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      replicas: 2,
      template: {
        spec: {
          containers: [container('web', 8080), container('log', 9000)],
          volumes: [{ name: 'data', emptyDir: {} }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: {
      selector: { app: 'web' },
      ports: [
        { name: 'http', port: 80 },
        { name: 'more', port: 81 },
      ],
    },
  },
]

const service = (name: string, port: string) => ({
  image: `${name}:latest`,
  ports: [port, '9090:9090'],
  environment: ['MODE=fast', `NAME=${name}`],
  depends_on: ['store', 'queue'],
  volumes: ['data:/var/lib'],
  command: ['serve', '--all'],
  deploy: { replicas: 2 },
})

const npmPackage = (version: string, ...needs: readonly string[]) => ({
  version,
  resolved: `https://registry.example/${version}.tgz`,
  integrity: `sha512-${version}`,
  ...(needs.length > 0 && { dependencies: Object.fromEntries(needs.map((need) => [need, '^1.0.0'])) }),
})

const locked = (name: string, version: string, ...dependencies: readonly string[]) => ({
  name,
  version,
  source: 'registry+https://index.example',
  checksum: `sum of ${name}`,
  ...(dependencies.length > 0 && { dependencies }),
})

const pythonPackage = (name: string, version: string) => ({
  name,
  version,
  description: `The package ${name}`,
  optional: false,
  files: [{ file: `${name}.whl`, hash: `sha256:${name}` }],
  dependencies: { numbers: '>=1.0' },
})

/** One of each kind of file of whose lists and keys merging knows something, by path. */
export const documents: Readonly<Record<string, unknown>> = {
  'openapi.yaml': openapi,
  'openapi.json': openapi,
  'deployment.yaml': kubernetes,
  'compose.yaml': {
    services: { web: service('web', '8080:80'), worker: service('worker', '8081:80'), store: { image: 'store:1' } },
    volumes: { data: { driver: 'local' } },
  },
  '.github/workflows/ci.yml': {
    name: 'CI',
    on: { push: { branches: ['main', 'next'] }, pull_request: { types: ['opened'] } },
    jobs: {
      build: {
        'runs-on': 'ubuntu',
        steps: [{ uses: 'checkout@v4' }, { name: 'Build', run: 'npm ci' }, { run: 'npm test' }],
      },
      deploy: { needs: ['build'], strategy: { matrix: { node: [20, 22] } }, steps: [{ run: 'deploy' }] },
    },
  },
  'package.json': {
    name: 'app',
    version: '1.2.3',
    keywords: ['one', 'two', 'three'],
    files: ['dist', 'docs'],
    exports: { '.': './index.js', './more': { import: './more.js', default: './more.cjs' } },
    scripts: { build: 'tsc -b', test: 'mocha', lint: 'lint .' },
    dependencies: { alpha: '^1.2.3', '@scope/beta': '~2.0.0', gamma: '3.1.4' },
    devDependencies: { mocha: '^10.0.0', typescript: '^5.0.0' },
  },
  'tsconfig.json': {
    extends: './base.json',
    include: ['src', 'test'],
    references: [{ path: 'one' }, { path: 'two' }],
    compilerOptions: { lib: ['es2023', 'dom'], strict: true, paths: { '@/*': ['src/*', 'lib/*'] }, types: ['node'] },
  },
  'Cargo.toml': {
    package: { name: 'app', version: '0.1.0', keywords: ['one', 'two'] },
    features: { default: ['std'], std: ['serde/std'] },
    dependencies: { serde: { version: '1.0', features: ['derive'] }, log: '0.4', rand: '0.8' },
    bin: [
      { name: 'one', path: 'src/one.rs' },
      { name: 'two', path: 'src/two.rs' },
    ],
    workspace: { members: ['a', 'b'] },
  },
  'pyproject.toml': {
    project: {
      name: 'app',
      version: '0.1.0',
      classifiers: ['One', 'Two'],
      dependencies: ['numbers>=1.0', 'requests[socks]~=2.0'],
      authors: [{ name: 'Ada', email: 'ada@example.org' }],
      'optional-dependencies': { test: ['checks>=1'] },
    },
    'build-system': { requires: ['builder>=1'], 'build-backend': 'builder' },
    tool: { ruff: { lint: { select: ['E', 'F'] }, 'line-length': 100 } },
  },
  'package-lock.json': {
    name: 'app',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', dependencies: { alpha: '^1.0.0', beta: '^1.0.0' } },
      'node_modules/alpha': npmPackage('1.2.3', 'gamma'),
      'node_modules/beta': npmPackage('1.0.1'),
      'node_modules/gamma': npmPackage('1.5.0', 'beta'),
    },
  },
  'Cargo.lock': {
    version: 4,
    package: [locked('app', '0.1.0', 'log', 'serde'), locked('log', '0.4.2'), locked('serde', '1.0.7', 'log')],
  },
  'poetry.lock': {
    package: [pythonPackage('numbers', '1.2.0'), pythonPackage('requests', '2.1.0')],
    metadata: { 'lock-version': '2.0', 'content-hash': 'abc' },
  },
  'pnpm-lock.yaml': {
    lockfileVersion: '9.0',
    importers: { '.': { dependencies: { alpha: { specifier: '^1.0.0', version: '1.2.3' } } } },
    packages: {
      'alpha@1.2.3': { resolution: { integrity: 'sha512-a' } },
      'beta@1.0.0': { resolution: { integrity: 'sha512-b' } },
    },
    snapshots: { 'alpha@1.2.3': { dependencies: { beta: '1.0.0' } }, 'beta@1.0.0': {} },
  },
}
