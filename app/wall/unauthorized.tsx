import { WallNotice } from '#components/wall/wall-notice.tsx'

export default function WallUnauthorized() {
  return (
    <WallNotice text="This wall has no valid token.">
      <p>
        On the machine that runs Spillway, <code className="font-mono">npm run token -- wall</code> makes one and prints
        the address to open here. It shows counts and names of queues, no personal data, and an admin can revoke it on
        the settings page.
      </p>
    </WallNotice>
  )
}
