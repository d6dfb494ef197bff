use crate::record::LogLine;
#[derive(Default)]
pub(crate) struct Addresses { pub(crate) virtual_server: Option<(String,u16)>, pub(crate) real_server: Option<(String,u16)>, pub(crate) service: Option<String>, pub(crate) node_port: Option<u16>, pub(crate) active: Option<u64>, pub(crate) inactive: Option<u64> }
pub(crate) fn proxy_mode(_: &LogLine) -> Option<&'static str> { None }
pub(crate) fn addresses(_: &LogLine) -> Addresses { Addresses::default() }
