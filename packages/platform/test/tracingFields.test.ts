import { expect } from 'chai';
import { z } from 'zod';
import { EnvironmentError, parseEnvironment, tracingFields, tracingSecrets } from '../src/index.ts';

const schema = z.object(tracingFields);

describe('the variables of tracing', () => {
  it('may all be missing: then nothing is traced', () => {
    expect(parseEnvironment(schema, {})).to.deep.equal({ OTEL_TRACES_SAMPLER_ARG: 1 });
  });

  it('are read as OpenTelemetry writes them', () => {
    const env = parseEnvironment(schema, {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20dXNlcjprZXk=, x-scope-orgid = 1',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_SERVICE_NAME: 'quiz',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    });
    expect(env).to.deep.equal({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: { authorization: 'Basic dXNlcjprZXk=', 'x-scope-orgid': '1' },
      OTEL_TRACES_SAMPLER_ARG: 0.25,
      OTEL_SERVICE_NAME: 'quiz',
      OTEL_RESOURCE_ATTRIBUTES: { 'deployment.environment.name': 'staging' },
    });
    expect(tracingSecrets(env)).to.deep.equal(['Basic dXNlcjprZXk=']);
  });

  it('are refused by name, without their values, when they are wrong', () => {
    const wrong: Readonly<Record<keyof typeof tracingFields, readonly string[]>> = {
      OTEL_EXPORTER_OTLP_ENDPOINT: ['canary:4317', 'grpc://canary'],
      OTEL_EXPORTER_OTLP_HEADERS: ['canary', 'a=1,canary', 'a=%canary', 'a=1,'],
      OTEL_TRACES_SAMPLER_ARG: ['1.1', '-0.1', 'canary', '10%', '1e-3'],
      OTEL_SERVICE_NAME: [],
      OTEL_RESOURCE_ATTRIBUTES: ['canary'],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const error = refusal({ [name]: value });
        expect(
          error.problems.map((problem) => problem.name),
          value,
        ).to.deep.equal([name]);
        expect(error.message)
          .to.match(/ must be /)
          .and.not.include('canary');
      }
    }
  });
});

function refusal(env: NodeJS.ProcessEnv): EnvironmentError {
  try {
    parseEnvironment(schema, env);
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
