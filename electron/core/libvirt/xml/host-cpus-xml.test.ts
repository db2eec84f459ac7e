import { expect, it } from 'vitest';
import { readHostCpusXml } from './host-cpus-xml.ts';

const cpu = (id: number, socket: number, die: number, core: number): string =>
  `<cpu id='${id}' socket_id='${socket}' die_id='${die}' core_id='${core}'/>`;

it('tells sockets, cores and their threads by NUMA cell', () => {
  const text = `<capabilities><host><topology><cells num='2'>
    <cell id='0'><cpus num='5'>${cpu(4, 0, 0, 0)}${cpu(0, 0, 0, 0)}${cpu(1, 0, 1, 0)}${cpu(2, 1, 0, 0)}<cpu id='9'/></cpus></cell>
    <cell id='1'/></cells></topology></host></capabilities>`;
  expect(readHostCpusXml(text)).toEqual([
    {
      cell: 0,
      sockets: [
        { id: 0, cores: [[0, 4], [1]] },
        { id: 1, cores: [[2]] },
      ],
    },
    { cell: 1, sockets: [] },
  ]);
  expect(readHostCpusXml('<capabilities/>')).toEqual([]);
});
