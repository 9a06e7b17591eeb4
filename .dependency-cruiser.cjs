// Which room may import which (the table in CONTRIBUTING.md). A lower stage never imports a higher one.
const rooms = {
  base: [],
  engine: ['base'],
  data: ['base', 'engine'],
  nn: ['base', 'engine'],
  optim: ['base', 'engine'],
  train: ['base', 'engine', 'data', 'nn', 'optim'],
  runs: ['base', 'engine', 'data', 'nn', 'optim', 'train'],
  store: ['base'],
  study: ['base', 'engine', 'data', 'nn', 'optim', 'train', 'store'],
  plot: ['base'],
  report: ['base', 'data', 'nn', 'store', 'study', 'plot'],
  reproduction: ['base', 'data', 'train', 'study', 'report'],
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '^src/(index|node)\\.ts$',
          '^src/cli/main\\.ts$',
          '^src/cli/shared/wide/probe\\.ts$',
          '^src/train/thread\\.[a-z]+\\.ts$',
          '\\.d\\.ts$',
        ],
      },
      to: {},
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room}-imports-only-${allowed.join('-') || 'itself'}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: [room, ...allowed].map((name) => `^src/${name}/`) },
    })),
    {
      name: 'a-command-imports-shared-and-the-library',
      comment: 'What two commands need lies in src/cli/shared.',
      severity: 'error',
      from: { path: '^src/cli/commands/([^/]+)/' },
      to: {
        path: '^src/cli/',
        pathNot: ['^src/cli/commands/$1/', '^src/cli/shared/'],
      },
    },
    {
      name: 'shared-imports-no-command',
      severity: 'error',
      from: { path: '^src/cli/shared/' },
      to: { path: '^src/cli/', pathNot: '^src/cli/shared/' },
    },
    {
      name: 'node-modules-only-in-node-files',
      comment: 'Below the command line, only files named *.node.ts touch Node itself.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', '\\.node\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-has-one-runtime-dependency',
      comment: "What `import 'atelier'` reaches may use zod and nothing else.",
      severity: 'error',
      from: { path: '^src/(base|engine|data|nn|optim|train)/' },
      to: { path: 'node_modules', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'core-needs-no-node',
      comment:
        "What `import 'atelier'` reaches must load in a browser; only what starts threads and opens a BLAS looks for Node, at run time.",
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: {
        path: '\\.node\\.ts$',
        reachable: true,
        pathNot: '^src/(train/threads|engine/blas/[a-z]+)\\.node\\.ts$',
      },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
