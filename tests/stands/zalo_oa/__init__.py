"""A strict Zalo Official Account platform: OAuth, message API, webhooks, pictures."""

from tests.stands.zalo_oa.platform import Account, Follower, Platform, Webhook, webhook_signature

__all__ = ["Account", "Follower", "Platform", "Webhook", "webhook_signature"]
