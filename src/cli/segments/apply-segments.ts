import { ProblemError } from '../admin-api/problem.error.js';
import type { SegmentCalls } from './segment-calls.js';
import type { SegmentStep } from './segment-plan.js';

/** A step, and why the service did not take it. */
export interface AppliedStep {
  readonly step: SegmentStep;
  readonly problem?: string;
}

/**
 * Does what a plan says, one step after the other. A step that is refused costs no other one; what
 * would meet them all (no answer, no permission) is thrown.
 */
export async function* applySegments(
  calls: SegmentCalls,
  product: string,
  steps: readonly SegmentStep[],
): AsyncGenerator<AppliedStep, void> {
  for (const step of steps) {
    yield await attempt(calls, product, step);
  }
}

async function attempt(
  calls: SegmentCalls,
  product: string,
  step: SegmentStep,
): Promise<AppliedStep> {
  try {
    await take(calls, product, step);
    return { step };
  } catch (error) {
    if (!(error instanceof ProblemError) || [401, 403].includes(error.problem.status)) throw error;
    return { step, problem: problemOf(error) };
  }
}

function take(calls: SegmentCalls, product: string, step: SegmentStep): Promise<void> {
  switch (step.kind) {
    case 'create':
      return calls.create(product, step.name, step.fields);
    case 'change':
      return calls.replace(step.found, step.fields);
    case 'delete':
      return calls.delete(step.found, false);
    case 'keep':
      return Promise.resolve();
  }
}

function problemOf(error: ProblemError): string {
  const isOvertaken = error.problem.status === 412;
  return isOvertaken ? 'somebody changed it meanwhile: look, and apply again' : error.message;
}
