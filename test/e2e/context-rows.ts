// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile

/** The files of the context, and the links in it with their targets. */
export const FILES: Readonly<Record<string, string>> = {
  'a.txt': 'a\n',
  'b.txt': 'b\n',
  'c.md': 'c\n',
  'requirements.txt': 'six\n',
  'with space.txt': 'space\n',
  '[odd].txt': 'odd\n',
  'src/main.py': 'main\n',
  'src/util.py': 'util\n',
  'src/notes.md': 'notes\n',
  'src/deep/y.txt': 'y\n',
  'src/deep/er/x.py': 'x\n',
  'data/one.csv': '1\n',
  'data/two.csv': '2\n',
  'data/big/three.csv': '3\n',
  'lib/a.py': 'lib\n',
  '.hidden/file': 'hidden\n',
};

export const LINKS: Readonly<Record<string, string>> = {
  'link.txt': 'a.txt',
  chain: 'link.txt',
  linkdir: 'src/deep',
  absolute: '/data/one.csv',
  'src/up': '../lib',
  'data/out': '../../../b.txt',
  dangling: 'nowhere',
};

export interface Row {
  readonly dockerfile: string;
  /** What it reads; undefined: everything. */
  readonly reads: readonly string[] | undefined;
  readonly target?: string;
  readonly args?: string;
  readonly ignore?: string;
  /** The BuildKit of the engine does not know its flags. */
  readonly newer?: true;
  /** BuildKit refuses it, with all files too. */
  readonly fails?: true;
}

const DEEP = ['src/deep/er/x.py', 'src/deep/y.txt'];
const SRC = [...DEEP, 'src/main.py', 'src/notes.md', 'src/up', 'src/util.py'];

function from(lines: string, more: Omit<Row, 'dockerfile'>): Row {
  return { dockerfile: `FROM busybox:latest\n${lines}\n`, ...more };
}

export const ROWS: readonly Row[] = [
  // Words and their forms.
  from('COPY requirements.txt /x/', { reads: ['requirements.txt'] }),
  from('COPY ./requirements.txt /x/', { reads: ['requirements.txt'] }),
  from('COPY /requirements.txt /x/', { reads: ['requirements.txt'] }),
  from('COPY ../requirements.txt /x/', { reads: ['requirements.txt'] }),
  from('COPY src/../a.txt /x/', { reads: ['a.txt'] }),
  from('COPY "a.txt" \'b.txt\' /x/', { reads: ['a.txt', 'b.txt'] }),
  from('COPY ["with space.txt", "/x/"]', { reads: ['with space.txt'] }),
  from('COPY with\\ space.txt /x/', { reads: [], fails: true }),
  from('COPY "with space.txt" /x/', { reads: undefined, fails: true }),
  from('copy --chmod=600 a.txt b.txt \\\n  # a comment\n\n  c.md /x/', { reads: ['a.txt', 'b.txt', 'c.md'] }),
  from('COPY --link --chown=1:1 a.txt /x/', { reads: ['a.txt'] }),
  from('ADD a.txt b.txt /x/', { reads: ['a.txt', 'b.txt'] }),
  from('ADD --chmod=644 ["c.md", "/x/"]', { reads: ['c.md'] }),
  from('COPY [[]odd].txt /x/', { reads: ['[odd].txt'] }),
  from('COPY -- a.txt /x/', { reads: ['a.txt'] }),
  from('COPY missing.txt /x/', { reads: [], fails: true }),
  // Folders and patterns.
  from('COPY src /x', { reads: SRC }),
  from('COPY src/ /x/', { reads: SRC }),
  from('COPY src/deep/er /x/', { reads: ['src/deep/er/x.py'] }),
  from('COPY *.txt /x/', {
    reads: ['[odd].txt', 'a.txt', 'b.txt', 'link.txt', 'requirements.txt', 'with space.txt'],
  }),
  from('COPY ?.txt /x/', { reads: ['a.txt', 'b.txt'] }),
  from('COPY [ab].txt /x/', { reads: ['a.txt', 'b.txt'] }),
  from('COPY [^b].txt /x/', { reads: ['a.txt'] }),
  from('COPY requirements*.txt /x/', { reads: ['requirements.txt'] }),
  from('COPY a.txt nothing*.lock /x/', { reads: ['a.txt'] }),
  from('COPY nothing*.lock /x/', { reads: [] }),
  from('COPY src/nothing*.lock /x/', { reads: ['src/deep/er/x.py'] }),
  from('COPY linkdir/nothing*.lock /x/', { reads: ['linkdir', 'src/deep/er/x.py'] }),
  from('COPY gone/*.py /x/', { reads: [], fails: true }),
  from('COPY src/*.py /x/', { reads: ['src/main.py', 'src/util.py'] }),
  from('COPY */*.py /x/', { reads: ['lib/a.py', 'src/main.py', 'src/util.py'] }),
  from('COPY **/*.py /x/', { reads: ['lib/a.py', 'src/main.py', 'src/util.py'] }),
  from('COPY */deep /x/', { reads: [...DEEP] }),
  from('COPY s*c/d*p /x/', { reads: DEEP }),
  from('COPY . /x/', { reads: undefined }),
  from('COPY ./ /x/', { reads: undefined }),
  from('COPY / /x/', { reads: undefined }),
  from('ADD . /x/', { reads: undefined }),
  from('COPY .hidden /x/', { reads: ['.hidden/file'] }),
  // Links.
  from('COPY link.txt /x/', { reads: ['a.txt', 'link.txt'] }),
  from('COPY chain /x/', { reads: ['a.txt', 'chain', 'link.txt'] }),
  from('COPY linkdir /x/', { reads: ['linkdir', ...DEEP] }),
  from('COPY linkdir/er/x.py /x/', { reads: ['linkdir', 'src/deep/er/x.py'] }),
  from('COPY absolute /x/', { reads: ['absolute', 'data/one.csv'] }),
  from('COPY src/up/a.py /x/', { reads: ['lib/a.py', 'src/up'] }),
  from('COPY data/out /x/', { reads: ['b.txt', 'data/out'] }),
  from('COPY link*/y.txt /x/', { reads: [] }),
  from('COPY dangling /x/', { reads: ['dangling'], fails: true }),
  // Excludes and parents, where the builder has them.
  from('COPY --exclude=*.md src /x/', { reads: SRC.filter((path) => path !== 'src/notes.md') }),
  from('COPY --exclude=**/x.py --exclude=*.md --exclude=up src /x/', {
    // A folder stays, also without files.
    reads: ['src/deep/er/x.py', 'src/deep/y.txt', 'src/main.py', 'src/util.py'],
  }),
  from('COPY --exclude=* --exclude=!main.py src /x/', { reads: SRC }),
  from('COPY --exclude=a.txt [ab].txt /x/', { reads: ['a.txt', 'b.txt'] }),
  from('COPY --exclude=deep --exclude="*.md" src /x/', { reads: ['src/main.py', 'src/up', 'src/util.py'] }),
  from('COPY --exclude=big data /x/', { reads: ['data/one.csv', 'data/out', 'data/two.csv'] }),
  from('COPY --parents src/deep/er/x.py /x/', { reads: ['src/deep/er/x.py'], newer: true }),
  from('COPY --parents src/./deep /x/', { reads: DEEP, newer: true }),
  from('COPY --parents **/*.csv /x/', {
    reads: ['data/big/three.csv', 'data/one.csv', 'data/two.csv'],
    newer: true,
  }),
  from('COPY --parents src/**/x.py /x/', { reads: ['src/deep/er/x.py'], newer: true }),
  // Variables.
  from('ARG FILE=a.txt\nCOPY $FILE /x/', { reads: ['a.txt'] }),
  from('ARG FILE=a.txt\nCOPY ${FILE} /x/', { reads: ['b.txt'], args: '{ FILE: b.txt }' }),
  from('ARG FILE\nCOPY "${FILE:-c.md}" /x/', { reads: undefined }),
  from('ENV DIR=src/deep NAME="y.txt"\nCOPY $DIR/${NAME} /x/', { reads: ['src/deep/y.txt'] }),
  from('ENV DIR src/deep\nARG DIR=data\nCOPY $DIR/one.csv /x/', { reads: ['data/one.csv'] }),
  from('ENV A=src B=$A/deep\nCOPY $A/main.py /x/', { reads: ['src/main.py'] }),
  from('COPY ["$NONE/a.txt", "${NONE+b.txt}", "/x/"]', { reads: undefined }),
  {
    dockerfile: 'ARG FILE=a.txt\nFROM busybox:latest\nARG FILE\nCOPY $FILE /x/\n',
    reads: ['a.txt'],
  },
  {
    dockerfile: 'ARG FILE=a.txt\nFROM busybox:latest AS first\nENV FILE=b.txt\nFROM first\nCOPY $FILE /x/\n',
    reads: ['b.txt'],
  },
  from('ARG TARGETARCH\nCOPY ${TARGETARCH:+a.txt} /x/', { reads: ['a.txt'] }),
  from('COPY a\\$b.txt a.txt /x/', { reads: ['a.txt'], fails: true }),
  from("COPY '$FILE' /x/", { reads: [], fails: true }),
  // Stages.
  {
    dockerfile:
      'FROM busybox:latest AS build\nCOPY src /src\nFROM busybox:latest AS unused\nCOPY . /all\nFROM busybox:latest\nCOPY --from=build /src/main.py /x/\n',
    reads: SRC,
  },
  {
    dockerfile:
      'FROM busybox:latest AS one\nCOPY a.txt /x/\nFROM one AS two\nCOPY b.txt /x/\nFROM two\nCOPY c.md /x/\n',
    reads: ['a.txt', 'b.txt'],
    target: 'two',
  },
  {
    dockerfile: 'FROM busybox:latest\nCOPY a.txt /x/\nFROM busybox:latest\nCOPY --from=0 /x/a.txt /y/\n',
    reads: ['a.txt'],
  },
  {
    dockerfile:
      'ARG BASE=cpu\nFROM busybox:latest AS cpu\nCOPY a.txt /x/\nFROM busybox:latest AS gpu\nCOPY b.txt /x/\nFROM ${BASE}\nCOPY c.md /x/\n',
    reads: ['b.txt', 'c.md'],
    args: '{ BASE: gpu }',
  },
  {
    dockerfile:
      'FROM busybox:latest AS one\nONBUILD COPY a.txt /x/\nONBUILD ENV FILE=b.txt\nFROM one\nCOPY $FILE /x/\n',
    reads: ['a.txt', 'b.txt'],
  },
  {
    dockerfile:
      'FROM busybox:latest AS one\nONBUILD COPY a.txt /x/\nFROM one AS two\nFROM two\nCOPY b.txt /x/\n',
    reads: ['a.txt', 'b.txt'],
  },
  { dockerfile: 'FROM scratch\nCOPY a.txt /\n', reads: ['a.txt'] },
  // Mounts and heredocs.
  from('RUN --mount=type=bind,source=a.txt,target=/m cat /m > /made', { reads: ['a.txt'] }),
  from('RUN --mount=src=src/deep,dst=/m cp -r /m /made', { reads: DEEP }),
  from('RUN --mount=target=/m cp /m/a.txt /made', { reads: undefined }),
  from('ARG FILE=b.txt\nRUN --mount=type=bind,source=$FILE,target=/m cat /m > /made', { reads: ['b.txt'] }),
  from('RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t echo > /made', { reads: [] }),
  from('RUN --mount=source=linkdir,target=/m cp -r /m /made', { reads: ['linkdir', ...DEEP] }),
  {
    dockerfile:
      'FROM busybox:latest AS one\nCOPY a.txt /x/\nFROM busybox:latest\nRUN --mount=from=one,source=/x,target=/m cp /m/a.txt /made\n',
    reads: ['a.txt'],
  },
  from('COPY <<EOF /x/made\nCOPY src /x\nEOF\nCOPY a.txt /x/', { reads: ['a.txt'] }),
  from('COPY a.txt <<one <<"two" /x/\n1\none\n$2\ntwo', { reads: ['a.txt'] }),
  from('RUN <<EOF\nmkdir /y\nCOPY=1\nEOF\nCOPY b.txt /y/', { reads: ['b.txt'] }),
  from('ENV A=1\nRUN echo $A > /made', { reads: [] }),
  // What is left out of the context.
  from('COPY *.txt /x/', { reads: ['a.txt', 'link.txt'], ignore: '*.txt\n!a.txt\n!link.txt\n' }),
  from('COPY link.txt /x/', { reads: ['link.txt'], ignore: 'a.txt\n', fails: true }),
  from('COPY src /x/', { reads: ['src/main.py'], ignore: '**\n!src/main.py\n' }),
  from('COPY . /x/', { reads: undefined, ignore: 'data\nrows\n' }),
  from('COPY data /x/', { reads: [], ignore: 'data\n', fails: true }),
];
