/**
 * A filter of system calls that refuses to make files with setuid or setgid: one that root's step leaves behind would be a way
 * to root for everybody, and clearing the bits afterwards would be too late. A program of classic BPF, as bubblewrap takes it
 * from a descriptor. Sources: seccomp(2); linux/filter.h, linux/audit.h; the kernel's tables of system calls.
 */

/** Where the arguments stand in `struct seccomp_data`, whose first fields are the call's number and the architecture. */
const field = { call: 0, architecture: 4, argument: (n: number): number => 16 + 8 * n };

const instruction = { load: 0x20, and: 0x54, ifEqual: 0x15, ifAtLeast: 0x35, return: 0x06 };

const allow = 0x7fff0000;
const refuse = { operationNotPermitted: 0x00050001, noSuchCall: 0x00050026 };

const setId = 0o6000;

interface Calls {
  /** AUDIT_ARCH_… */
  readonly architecture: number;
  /** O_CREAT and O_TMPFILE's own bit: without them a mode is whatever happened to be there. */
  readonly creating: number;
  /** Number of a call and which of its arguments is a mode. */
  readonly modes: readonly (readonly [call: number, mode: number])[];
  /** The same, and which argument has the flags. */
  readonly opens: readonly (readonly [call: number, mode: number, flags: number])[];
}

const creating = 0o100 | 0o20000000;

/** chmod, fchmod, fchmodat, fchmodat2, creat, mknod, mknodat; open, openat. */
const x64: Calls = {
  architecture: 0xc000003e,
  creating,
  modes: [
    [90, 1],
    [91, 1],
    [268, 2],
    [452, 2],
    [85, 1],
    [133, 1],
    [259, 2],
  ],
  opens: [
    [2, 2, 1],
    [257, 3, 2],
  ],
};

const arm64: Calls = {
  architecture: 0xc00000b7,
  creating,
  modes: [
    [52, 1],
    [53, 2],
    [452, 2],
    [33, 2],
  ],
  opens: [[56, 3, 2]],
};

const tables: Readonly<Record<string, Calls>> = { x64, arm64 };

/** openat2 hides its mode behind a pointer, and io_uring its calls: programs do without them, as on older kernels. */
const hiding = [437, 425, 426, 427];

/** Numbers from here on are another set of calls on the same machine (x32). */
const x32 = 0x40000000;

/** Undefined for a machine whose numbers are not written down here. */
export function noSetId(arch: string): Uint8Array | undefined {
  const calls = tables[arch];
  return calls && assemble(program(calls));
}

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

function program({ architecture, creating, modes, opens }: Calls): readonly Instruction[] {
  const answer = (value: number): Instruction => [instruction.return, 0, 0, value];
  const hasBits = (argument: number, bits: number): readonly Instruction[] => [
    [instruction.load, 0, 0, field.argument(argument)],
    [instruction.and, 0, 0, bits],
  ];
  /** Runs `body` for the call of that number, else goes on behind it. */
  const forCall = (call: number, body: readonly Instruction[]): readonly Instruction[] => [
    [instruction.ifEqual, 0, body.length, call],
    ...body,
  ];
  const ofMode = (mode: number): readonly Instruction[] => [
    ...hasBits(mode, setId),
    [instruction.ifEqual, 0, 1, 0],
    answer(allow),
    answer(refuse.operationNotPermitted),
  ];
  return [
    [instruction.load, 0, 0, field.architecture],
    // Programs of another architecture have other numbers.
    [instruction.ifEqual, 1, 0, architecture],
    answer(refuse.noSuchCall),
    [instruction.load, 0, 0, field.call],
    [instruction.ifAtLeast, 0, 1, x32],
    answer(refuse.noSuchCall),
    ...hiding.flatMap((call) => forCall(call, [answer(refuse.noSuchCall)])),
    ...modes.flatMap(([call, mode]) => forCall(call, ofMode(mode))),
    ...opens.flatMap(([call, mode, flags]) =>
      forCall(call, [
        ...hasBits(flags, creating),
        [instruction.ifEqual, 0, 1, 0],
        answer(allow),
        ...ofMode(mode),
      ]),
    ),
    answer(allow),
  ];
}

/** `struct sock_filter`: two bytes, one, one, four. Both machines are little-endian. */
function assemble(instructions: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(instructions.length * 8));
  for (const [i, [code, ifTrue, ifFalse, value]] of instructions.entries()) {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, ifTrue);
    view.setUint8(i * 8 + 3, ifFalse);
    view.setUint32(i * 8 + 4, value, true);
  }
  return new Uint8Array(view.buffer);
}
