//! The state of a node's network: sockets, virtual servers and packet filter rules.
//!
//! In: output of `netstat`, `ss`, `ipvsadm`, `iptables`, `nft` and `sysctl`. Out: their rows as records. Attempts to reach
//! something are read in [`super::probe`].

mod filter;
pub(super) mod packet;
pub(super) mod socket;
mod sysctl;
