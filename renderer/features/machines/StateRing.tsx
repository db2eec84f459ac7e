import type { ReactNode } from 'react';
import { Pie, PieChart } from 'recharts';
import type { MachineState } from '../../../shared/model/machine-actions.ts';
import { stateColor } from './machine-state.tsx';

interface StateRingProps {
  counts: readonly { state: MachineState; count: number }[];
}

const SIZE_PX = 96;

/** The shares of the states as a ring. The words beside it say the same, so it is hidden from screen readers. */
export function StateRing({ counts }: StateRingProps): ReactNode {
  return (
    <div aria-hidden>
      <PieChart width={SIZE_PX} height={SIZE_PX} accessibilityLayer={false}>
        <Pie
          data={counts.map(({ state, count }) => ({ count, fill: stateColor(state) }))}
          dataKey="count"
          innerRadius={32}
          outerRadius={46}
          startAngle={90}
          endAngle={-270}
          stroke="none"
          isAnimationActive={false}
        />
      </PieChart>
    </div>
  );
}
