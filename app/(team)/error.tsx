'use client'
import { FailureGate } from '#components/shell/failure-gate.tsx'

export default FailureGate
