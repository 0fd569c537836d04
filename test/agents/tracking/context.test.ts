import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { capture } from '../../../agents/tracking/capture.ts'
import { allowedVariables, readContext, sourceOf } from '../../../agents/tracking/context.ts'
import { containerIn, readContainer } from '../../../agents/tracking/context-container.ts'
import { MAX_DIFF, readGit } from '../../../agents/tracking/context-git.ts'
import { environmentOf, packagesOf } from '../../../agents/tracking/context-python.ts'
import { identify } from '../../../agents/tracking/process-identity.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'context-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: folder })
    .toString()
    .trim()
function repository(): void {
  git('init', '-q', '-b', 'trunk')
  writeFileSync(join(folder, 'a.txt'), 'one\n')
  git('add', '.')
  git('commit', '-qm', 'first')
}

describe('the repository of a run', () => {
  test('that is clean has a commit and a branch', async () => {
    repository()
    expect(await readGit(folder)).toEqual({
      tags: {
        'mlflow.source.git.commit': git('rev-parse', 'HEAD'),
        'mlflow.source.git.branch': 'trunk',
        'mlops.git.dirty': 'no',
      },
    })
  })

  test('gives its whole difference from a folder below, also what is staged', async () => {
    repository()
    mkdirSync(join(folder, 'below'))
    writeFileSync(join(folder, 'a.txt'), 'two\n')
    git('add', '.')
    const { tags, diff } = await readGit(join(folder, 'below'))
    expect(tags['mlops.git.dirty']).toBe('yes')
    expect(diff?.toString()).toContain('-one\n+two\n')
  })

  test('has its difference cut at 1 MiB, and says so', async () => {
    repository()
    writeFileSync(join(folder, 'a.txt'), 'line\n'.repeat(400_000))
    const { tags, diff } = await readGit(folder)
    expect(tags['mlops.git.diff']).toBe('mlops/git.diff, cut at 1 MiB')
    expect(diff?.length).toBe(MAX_DIFF + '\n[cut at 1 MiB]\n'.length)
    expect(diff?.toString().endsWith('[cut at 1 MiB]\n')).toBe(true)
  })

  test('runs no program that it names, and is not changed', async () => {
    repository()
    const trap = join(folder, '.git', 'trap')
    writeFileSync(trap, `#!/bin/sh\ntouch ${folder}/sprung\n`)
    chmodSync(trap, 0o755)
    git('config', 'core.fsmonitor', trap)
    git('config', 'diff.external', trap)
    git('config', 'diff.t.textconv', trap)
    writeFileSync(join(folder, '.git', 'info', 'attributes'), '*.txt diff=t\n')
    writeFileSync(join(folder, 'a.txt'), 'two\n')
    const { diff } = await readGit(folder)
    expect(diff?.toString()).toContain('+two')
    expect(existsSync(join(folder, 'sprung'))).toBe(false)
  })

  test.skipIf(process.getuid?.() !== 0)(
    'of another user is asked as that user, by an agent of root',
    async () => {
      const other = { uid: 12345, gid: 12345 }
      repository()
      writeFileSync(join(folder, 'a.txt'), 'two\n')
      git('config', 'filter.f.clean', `id -u > ${folder}/who; cat`)
      writeFileSync(join(folder, '.git', 'info', 'attributes'), '*.txt filter=f\n')
      execFileSync('chown', ['-R', '12345:12345', folder])
      expect((await readGit(folder)).tags['mlops.git']).toContain('dubious ownership')
      const { tags } = await readGit(folder, other)
      expect(tags['mlops.git.dirty']).toBe('yes')
      expect(readFileSync(join(folder, 'who'), 'utf8')).toBe('12345\n')
    },
  )

  test('is nothing outside of one; one without a commit says why', async () => {
    expect(await readGit(folder)).toEqual({ tags: {} })
    git('init', '-q')
    expect((await readGit(folder)).tags['mlops.git']).toMatch(/^not known: /)
  })
})

describe('the Python of a run', () => {
  const place = (word: string, executable: string, env: Record<string, string> = {}) =>
    environmentOf({ word, executable, env: new Map(Object.entries(env)), root: '' })

  test('is the environment of its first word, else what variables name, else its own', () => {
    writeFileSync(join(folder, 'pyvenv.cfg'), '')
    expect(place(`${folder}/bin/python`, '/usr/bin/python3.11', { VIRTUAL_ENV: '/other' })).toBe(folder)
    expect(place('python', '/usr/bin/python3.11', { VIRTUAL_ENV: '/venv' })).toBe('/venv')
    expect(place('python', '/opt/c/bin/python3', { CONDA_PREFIX: '/opt/c' })).toBe('/opt/c')
    expect(place('python', '/usr/bin/python3.11')).toBe('/usr')
    expect(place('node', '/usr/bin/node')).toBeUndefined()
  })

  test('has the packages that its folders name', () => {
    const site = join(folder, 'lib', 'python3.11', 'site-packages')
    for (const name of [
      'torch-2.3.0+cu121.dist-info',
      'PyYAML-6.0.dist-info',
      'scikit_learn-1.5.dist-info',
      'torch',
    ])
      mkdirSync(join(site, name), { recursive: true })
    expect(packagesOf(folder)).toEqual(['pyyaml==6.0', 'scikit-learn==1.5', 'torch==2.3.0+cu121'])
    expect(packagesOf('/nowhere')).toEqual([])
  })
})

describe('the container of a run', () => {
  const id = 'ab'.repeat(32)
  test.each([
    [`12:pids:/docker/${id}\n`, ''],
    [`0::/system.slice/docker-${id}.scope\n`, ''],
    [`0::/kubepods.slice/kubepods-burstable.slice/kubepods-pod1.slice/cri-containerd-${id}.scope\n`, ''],
    [`11:memory:/kubepods/burstable/pod1/${id}\n`, ''],
    [`0::/machine.slice/libpod-${id}.scope/container\n`, ''],
    [
      '0::/\n',
      `612 590 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n`,
    ],
  ])('is in %j, or among its mounts', (cgroup, mounts) => expect(containerIn(cgroup, mounts)).toBe(id))

  test('is none on the host', () => {
    expect(containerIn('0::/user.slice/user-1000.slice/session-2.scope\n', '')).toBeUndefined()
  })

  test('has the image that Docker names, and only its id where Docker says nothing', async () => {
    mkdirSync(join(folder, '7'))
    writeFileSync(join(folder, '7', 'cgroup'), `0::/docker/${id}`)
    const socket = join(folder, 'docker.sock')
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url!)
      response.end(JSON.stringify({ Image: 'sha256:1', Config: { Image: 'torch:2' } }))
    }).listen(socket)
    expect(await readContainer(7, folder, socket)).toEqual({
      'mlops.container.id': id,
      'mlops.container.image': 'torch:2',
      'mlops.container.digest': 'sha256:1',
    })
    expect(asked).toEqual([`/containers/${id}/json`])
    server.close()
    expect(await readContainer(7, folder, join(folder, 'none'))).toEqual({ 'mlops.container.id': id })
  })
})

describe('what a process is', () => {
  test('is told without variables that may hold secrets', () => {
    const env = {
      SLURM_JOB_ID: '1',
      SLURM_JWT: 'x',
      SLURM_API_KEY: 'x',
      WORLD_SIZE: '8',
      AWS_SECRET: 'x',
      PATH: '/',
    }
    expect(allowedVariables(new Map(Object.entries(env)))).toEqual({
      'mlops.env.SLURM_JOB_ID': '1',
      'mlops.env.WORLD_SIZE': '8',
    })
  })

  test.each([
    [['python', 'train.py', '--lr', '1'], 'train.py'],
    [['/usr/bin/python3.11', '-u', 'train.py'], 'train.py'],
    [['python', '-m', 'torch.distributed.run', 'x.py'], 'torch.distributed.run'],
    [['python', '-c', 'print(1)'], 'python'],
    [['./train'], './train'],
    [[], ''],
  ])('%j is a run of %s', (words, source) => expect(sourceOf(words)).toBe(source))

  test('names the GPUs that it may use', async () => {
    const child = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, CUDA_VISIBLE_DEVICES: '1' } })
    const gpuNames = async () =>
      new Map([
        [0, 'A'],
        [1, 'B'],
      ] as const)
    const { tags } = await readContext(identify(child.pid!)!, { gpuNames })
    child.kill()
    expect(tags['mlops.gpus']).toBe('B')
  })

  test('is not known once it has ended: said, not thrown', async () => {
    expect((await readContext({ pid: 2 ** 30, started: '' })).tags).toEqual({
      'mlops.context': `the process ${2 ** 30} ended before it was looked at`,
    })
  })

  test('of another user: what may be read, and why not the rest', async () => {
    mkdirSync(join(folder, '7'))
    writeFileSync(join(folder, '7', 'status'), 'Name: x\nUid:\t0\t0\t0\t0\n')
    writeFileSync(join(folder, '7', 'cmdline'), 'python\0train.py\0\x1b]0;x\0')
    const { tags, files } = await readContext({ pid: 7, started: '' }, { proc: folder })
    expect(tags).toMatchObject({
      'mlflow.user': 'root',
      'mlflow.source.name': 'train.py',
      'mlops.context': expect.stringContaining('another user'),
    })
    expect(tags['mlops.command']).not.toContain('\x1b')
    expect(files.size).toBe(0)
  })
})

describe('a small program', () => {
  test('is ended when it takes too long or says too much, and absent ones are known', async () => {
    expect(await capture('sleep', ['60'], { timeoutMs: 50 })).toMatchObject({
      code: null,
      failure: 'it took longer than 0.05 s',
    })
    const loud = await capture('yes', [], { maxBytes: 1000 })
    expect([loud.cut, loud.output.length]).toEqual([true, 1000])
    expect(await capture('no-such-program', [])).toMatchObject({ absent: true, code: null })
    expect(await capture('sh', ['-c', 'echo out; echo why >&2; exit 3'])).toMatchObject({
      code: 3,
      failure: 'why',
    })
  })
})
